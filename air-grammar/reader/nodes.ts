import type { Instruction, Script } from '../ast.ts';
import type { Form } from '../form.ts';
import type { Language } from '../language.ts';
import type { NestedPart } from '../table.ts';
import { HeaderReader } from './header.ts';
import type { InstructionTable } from './instruction-table.ts';

/** All instructions of a table, by index, as plain objects with the nested ones in their fields. */
export function nodesOf(table: InstructionTable): Instruction[] {
  const { text, language, size } = table;
  const nodes = Array<Instruction>(size);
  const header = new HeaderReader(text, language);
  // Backwards: what is nested in an instruction stands behind it.
  for (let index = size - 1; index >= 0; index--) {
    const form = table.formAt(index);
    const start = table.startAt(index);
    const node: Record<string, unknown> = { kind: form.kind, start, end: table.endAt(index), index };
    header.read(node, form, start);
    for (let position = 0; position < form.nested.length; position++) {
      const nested = table.nestedIn(index, position);
      if (nested !== undefined) node[(form.nested[position] as NestedPart).field] = nodes[nested];
    }
    nodes[index] = node as unknown as Instruction;
  }
  return nodes;
}

/** The script of a table as a tree whose nodes are made when they are first looked at. Each is made once. */
export class LazyScript implements Script {
  readonly table: InstructionTable;
  readonly #nodes: (LazyNode | undefined)[];
  readonly #classes: readonly NodeClass[];
  readonly #header: HeaderReader;

  constructor(table: InstructionTable) {
    this.table = table;
    this.#nodes = Array<LazyNode | undefined>(table.size).fill(undefined);
    this.#classes = classesOf(table.language);
    this.#header = new HeaderReader(table.text, table.language);
  }

  get text(): string {
    return this.table.text;
  }

  get size(): number {
    return this.table.size;
  }

  get root(): Instruction {
    return this.nodeAt(0);
  }

  nodeAt(index: number): Instruction {
    const node = (this.#nodes[index] ??= this.#make(index));
    return node as unknown as Instruction;
  }

  nestedIn(index: number, position: number): Instruction | undefined {
    const nested = this.table.nestedIn(index, position);
    return nested === undefined ? undefined : this.nodeAt(nested);
  }

  #make(index: number): LazyNode {
    const form = this.table.formAt(index);
    const start = this.table.startAt(index);
    const node = new (this.#classes[form.number] as NodeClass)(form.kind, index, this);
    this.#header.read(node, form, start);
    return node;
  }
}

/** An instruction with its operands in fields of their own, and the nested ones behind getters. */
class LazyNode {
  readonly #script: LazyScript;

  constructor(
    readonly kind: string,
    readonly index: number,
    script: LazyScript,
  ) {
    this.#script = script;
  }

  get start(): number {
    return this.#script.table.startAt(this.index);
  }

  get end(): number {
    return this.#script.table.endAt(this.index);
  }

  nestedAt(position: number): Instruction | undefined {
    return this.#script.nestedIn(this.index, position);
  }
}

type NodeClass = typeof LazyNode;

const classes = new WeakMap<Language, readonly NodeClass[]>();

function classesOf(language: Language): readonly NodeClass[] {
  const known = classes.get(language);
  if (known !== undefined) return known;
  const made = language.forms.map(classOf);
  classes.set(language, made);
  return made;
}

function classOf({ nested }: Form): NodeClass {
  const NodeOfForm = class extends LazyNode {};
  for (const [position, { field }] of nested.entries()) {
    Object.defineProperty(NodeOfForm.prototype, field, {
      get(this: LazyNode) {
        return this.nestedAt(position);
      },
    });
  }
  return NodeOfForm;
}
