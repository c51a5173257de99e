import { aquavm } from './aquavm.mjs';
import { beryl } from './beryl.mjs';

/** Both engines behind one interface: `run(input)` gives `{ code, message, data, next, requests }`. */
export const ENGINES = { Beryl: beryl, AquaVM: aquavm };
