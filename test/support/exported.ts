import { spawnSync } from 'node:child_process';
import {
  EXPORT_FORMATS,
  memorySource,
  openRecording,
  verifyRecordings,
  type ExportFormatName,
  type ExportSource,
} from '../../audit/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { sha256Hex, signerOf, sha256 } from '../../interpreter/index.ts';
import { TRUST } from './recording.ts';

export const AUDITOR = signerOf(sha256('test auditor'));

/** A recording in one of the formats, as text. */
export function exported(
  recordings: string | readonly string[],
  format: ExportFormatName,
  options: Partial<ExportSource> = {},
): string {
  const texts = typeof recordings === 'string' ? [recordings] : recordings;
  const sources = texts.map(text => memorySource(utf8(text)));
  const open = sources.map(openRecording);
  const names = new Map(
    open.flatMap(({ recording }) => [...recording.peers.values()].map(one => [one.peerId, one.name])),
  );
  const lines = EXPORT_FORMATS[format].lines({
    recordings: open,
    nameOf: peerId => names.get(peerId) ?? peerId,
    withContent: false,
    signer: AUDITOR,
    report: verifyRecordings(sources, { trust: TRUST }),
    timeMs: 1_700_000_000_000,
    fileSha256: texts.map(text => sha256Hex(text)),
    ...options,
  });
  return [...lines].map(line => `${line}\n`).join('');
}

/** Cells of a CSV text after RFC 4180. */
export function cellsOf(csv: string): string[][] {
  return csv
    .trimEnd()
    .split('\n')
    .map(row =>
      [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell]) => (cell ?? '').replaceAll('""', '"')),
    );
}

export interface DrawnGraph {
  readonly objects?: readonly {
    readonly name: string;
    readonly label?: string;
    readonly nodes?: readonly number[];
  }[];
  readonly edges?: readonly { readonly tail: number; readonly head: number; readonly label: string }[];
}

/** Whether Graphviz is here; it reads DOT and gives JSON. */
export const hasDot = spawnSync('dot', ['-V']).status === 0;

export function readDot(text: string): DrawnGraph {
  const { status, stdout, stderr } = spawnSync('dot', ['-Tdot_json'], { input: text, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as DrawnGraph;
}

/** A Python with the library of W3C PROV, Debian's `python3-prov`. */
export const PROV_PYTHON = ['/usr/bin/python3', 'python3'].find(
  python => spawnSync(python, ['-c', 'import prov.model']).status === 0,
);

const READ_PROV = `
import json, sys
from prov.model import ProvDocument
document = ProvDocument.deserialize(content=sys.stdin.read(), format='json')
assert document == ProvDocument.deserialize(content=document.serialize(format='json'), format='json')
flat = document.flattened()
print(json.dumps([[str(type(one).__name__), [str(value) for _, value in one.attributes]] for one in flat.get_records()]))
`;

/** Records of a PROV document as python3-prov reads them: kind and values. It must also survive writing and reading again. */
export function readProv(python: string, text: string): [kind: string, values: string[]][] {
  const { status, stdout, stderr } = spawnSync(python, ['-c', READ_PROV], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as [string, string[]][];
}
