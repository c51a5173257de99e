import { CANONS } from './canons.ts';
import { LOGS } from './logs.ts';
import { PEERS } from './peers.ts';
import { RECORDS } from './records.ts';
import type { Mutation } from './scene.ts';
import { SPLICES } from './splices.ts';
import { STATES } from './states.ts';
import { VALUES } from './values.ts';

/** All that is done to data before it is written; a group that stands there more often is chosen more often. */
export const GROUPS: readonly (readonly [string, Mutation])[][] = [
  RECORDS,
  RECORDS,
  RECORDS,
  RECORDS,
  LOGS,
  LOGS,
  LOGS,
  VALUES,
  VALUES,
  VALUES,
  CANONS,
  CANONS,
  CANONS,
  STATES,
  STATES,
  SPLICES,
  SPLICES,
  PEERS,
].map(group => Object.entries(group));
