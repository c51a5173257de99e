import { exportCsv } from './csv.ts';
import { exportDot } from './dot.ts';
import { exportInToto } from './in-toto.ts';
import { exportJson } from './json.ts';
import { exportMermaid } from './mermaid.ts';
import { exportOtlp } from './otlp.ts';
import { exportPerfetto } from './perfetto.ts';
import { exportProv } from './prov.ts';
import type { ExportSource, SignedExportSource } from './source.ts';

/**
 * A form in which others read recordings: lines of text, without their line feeds. `isSigned`: the person who exports signs it, so the
 * recordings are verified first. `content`: whether arguments and results are in it always, on request, or never.
 */
export type ExportFormat =
  | {
      readonly isSigned: false;
      readonly content: 'always' | 'on-request';
      readonly lines: (source: ExportSource) => Iterable<string>;
    }
  | {
      readonly isSigned: true;
      readonly content: 'never';
      readonly lines: (source: SignedExportSource) => Iterable<string>;
    };

/** Every format by the name that `beryl audit export --format` takes; docs/audit.md#export says what each holds. */
export const EXPORT_FORMATS = {
  json: { isSigned: false, content: 'always', lines: exportJson },
  csv: { isSigned: false, content: 'always', lines: exportCsv },
  dot: { isSigned: false, content: 'always', lines: exportDot },
  mermaid: { isSigned: false, content: 'always', lines: exportMermaid },
  'prov-json': { isSigned: false, content: 'on-request', lines: exportProv },
  otlp: { isSigned: false, content: 'on-request', lines: exportOtlp },
  perfetto: { isSigned: false, content: 'on-request', lines: exportPerfetto },
  'in-toto': { isSigned: true, content: 'never', lines: exportInToto },
} as const satisfies Record<string, ExportFormat>;

/** The formats in which a recording can be exported. */
export type ExportFormatName = keyof typeof EXPORT_FORMATS;
