/** Codes of the operating system in words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it is too large for the disk',
  EIO: 'the disk does not answer',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of the path is not a folder',
  ENXIO: 'it is not a file',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ETXTBSY: 'it is in use',
  ERR_INVALID_ARG_VALUE: 'not a path',
};

/** Why the operating system refused, in words. */
export function reasonOf(failure: unknown): string {
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : undefined;
  if (code === undefined) return String(failure);
  return Object.hasOwn(REASONS, code) ? `${REASONS[code]}` : code;
}
