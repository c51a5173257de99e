import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { printable, shorten } from '../../base/printable.ts';
import { canonicalJson, Float, parseJson, type Json } from '../../interpreter/index.ts';
import type { Step } from '../model/fields.ts';

interface JsonTreeProps {
  /** JSON text; null where it is withheld. */
  readonly text: string | null;
  /** What a click on a value asks for, for screen readers. */
  readonly action: string;
  readonly onField: (path: readonly Step[]) => void;
}

const CHILDREN_SHOWN = 50;
const TEXT_SHOWN = 2000;

/** A value field by field. Each can be chosen, to see where it came from or what it reached. */
export function JsonTree({ text, action, onField }: JsonTreeProps): JSX.Element {
  if (text === null) return <span class="mark">withheld: only its hash is known</span>;
  const value = parsed(text);
  return value === undefined ? (
    <code>{printable(shorten(text, TEXT_SHOWN))}</code>
  ) : (
    <Field value={value} path={[]} action={action} onField={onField} />
  );
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

interface FieldProps extends Omit<JsonTreeProps, 'text'> {
  readonly value: Json;
  readonly path: readonly Step[];
}

function Field({ value, path, action, onField }: FieldProps): JSX.Element {
  const [shown, setShown] = useState(CHILDREN_SHOWN);
  const isList = Array.isArray(value);
  const entries = entriesOf(value);
  const name = path.length === 0 ? 'whole value' : String(path.at(-1));
  const pick = (
    <button class="field" aria-label={`${action}: ${printable(name)}`} onClick={() => onField(path)}>
      {entries === undefined
        ? printable(shorten(canonicalJson(value), TEXT_SHOWN))
        : isList
          ? `[${entries.length}]`
          : `{${entries.length}}`}
    </button>
  );
  if (entries === undefined || entries.length === 0) return pick;
  return (
    <span>
      {pick}
      <ul class="fields">
        {entries.slice(0, shown).map(([key, child]) => (
          <li key={key}>
            <span class="key">{printable(String(key))}: </span>
            <Field value={child} path={[...path, key]} action={action} onField={onField} />
          </li>
        ))}
        {entries.length > shown && (
          <li>
            <button onClick={() => setShown(shown * 4)}>{entries.length - shown} more</button>
          </li>
        )}
      </ul>
    </span>
  );
}

function entriesOf(value: Json): [Step, Json][] | undefined {
  if (Array.isArray(value)) return (value as Json[]).map((item, i): [Step, Json] => [i, item]);
  const isObject = typeof value === 'object' && value !== null && !(value instanceof Float);
  return isObject ? Object.entries(value) : undefined;
}
