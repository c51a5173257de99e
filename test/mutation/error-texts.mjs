// A plugin of Stryker. Two kinds of places are not mutated: texts and details of errors, which other tests compare in full where it
// matters, and `invariant(…)`, whose condition always holds.

const isNamed = (callee, pattern) => callee?.type === 'Identifier' && pattern.test(callee.name);

/** Whether the node is an argument of `new …Error(…)` other than its code. */
function isErrorText({ node, parent }) {
  if (parent?.type !== 'NewExpression' || !isNamed(parent.callee, /(Error|Failure)$/)) return false;
  return parent.arguments.includes(node) && !(node.type === 'StringLiteral' && node.value.startsWith('ERR_'));
}

const isInvariant = ({ node }) =>
  node.type === 'CallExpression' && isNamed(node.callee, /^(invariant|assertNever)$/);

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'error-texts',
    value: {
      shouldIgnore: path =>
        isInvariant(path) || isErrorText(path)
          ? 'text of an error, or a condition that always holds'
          : undefined,
    },
  },
];
