/** Whether a path names an Aqua program. */
export const isAqua = (path: string): boolean => path.endsWith('.aqua');
