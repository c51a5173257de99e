import { utf8 } from '../../../base/bytes.ts';
import { answer, brokenAnswer, largeAnswer } from './answers.ts';
import { ownRecord, putValue, replace, rewriting, type Mutation } from './scene.ts';

/** Results: restated by the peers that may state them, or changed on the way. */
export const VALUES: Readonly<Record<string, Mutation>> = {
  'value: another answer': rewriting((record, scene) => {
    record.responseHash = putValue(scene, answer(scene.chance));
  }),
  'value: no canonical JSON': rewriting((record, scene) => {
    record.responseHash = putValue(scene, brokenAnswer(scene.chance));
  }),
  'value: large or deep': rewriting((record, scene) => {
    record.responseHash = putValue(scene, largeAnswer(scene.chance));
  }),
  'value: a failure': scene => {
    const target = ownRecord(scene, ({ kind }) => kind === 0);
    if (target === undefined) return false;
    const { chance } = scene;
    target.record.outcome = 1;
    const failure = chance.is(0.6)
      ? utf8(`[${chance.of(['7', '0', '-1', '2147483647'])},"no"]`)
      : answer(chance);
    target.record.responseHash = putValue(scene, failure);
    replace(target, target.record);
    return true;
  },
  'value: left out': ({ wire, chance }) => {
    if (wire.values.length === 0) return false;
    wire.values.splice(chance.below(wire.values.length), 1);
    return true;
  },
  'value: one that nobody names': scene => {
    scene.wire.values.push(scene.chance.is(0.5) ? answer(scene.chance) : scene.chance.bytes(8));
    scene.untidy = true;
    return true;
  },
  'value: twice': ({ wire, chance }) => {
    const value = chance.some(wire.values);
    if (value === undefined) return false;
    wire.values.push(value);
    return true;
  },
  'value: altered on the way': scene => {
    const { wire, chance } = scene;
    const at = chance.below(wire.values.length);
    const value = wire.values[at];
    if (value === undefined || value.length === 0) return false;
    const altered = Uint8Array.from(value);
    const place = chance.below(altered.length);
    altered[place] = (altered[place] as number) ^ (1 << chance.below(8));
    wire.values[at] = altered;
    scene.untidy = true;
    return true;
  },
  'value: in another order': ({ wire, chance }) => {
    if (wire.values.length < 2) return false;
    wire.values = chance.shuffled(wire.values);
    return true;
  },
};
