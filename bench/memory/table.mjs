import { measureIn, table } from '../report/report.mjs';

export const title = 'Memory';

const CASES = {
  full: { big: 32, living: 100_000, early: 10_000, late: 100_000 },
  quick: { big: 8, living: 5_000, early: 2_000, late: 6_000 },
  /** A million particles take minutes: `--long`. */
  long: { big: 32, living: 100_000, early: 10_000, late: 1_000_000 },
};

export async function measure({ only, effort, long, progress }) {
  if (!only('memory')) return {};
  const { big, living, early, late } = CASES[long ? 'long' : effort];
  progress('memory, big value');
  const bigValue = { megabytes: big, ...(await measureIn('memory/big-value.mjs', String(big))) };
  progress('memory, living particles');
  const held = {};
  for (const how of ['work', 'rest']) held[how] = await measureIn('memory/living.mjs', String(living), how);
  progress('memory, long run');
  const longRun = await measureIn('memory/long-run.mjs', String(early), String(late));
  return { bigValue, held, longRun };
}

export const markdown = ({ bigValue, held, longRun }) =>
  bigValue === undefined
    ? ''
    : table(
        ['memory', 'measured', 'wanted'],
        [
          [
            `peak of a value of ${bigValue.megabytes} MB over two hops`,
            `${bigValue.sizes.toFixed(1)} × its size`,
            '< 8 ×',
          ],
          ...Object.entries(held).map(([how, { count, heldMb, bytesEach }]) => [
            `${count} particles of 1 kB that live at once on one peer, at ${how}`,
            `${heldMb.toFixed(0)} MB, ${bytesEach.toFixed(0)} bytes each`,
            '< 400 MB for 100 000',
          ]),
          [
            `held after ${longRun.late} small particles, beside ${longRun.early}`,
            `${longRun.lateMb.toFixed(1)} MB, beside ${longRun.earlyMb.toFixed(1)} MB`,
            'no more',
          ],
        ],
      );
