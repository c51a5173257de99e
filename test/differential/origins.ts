import { applyGetter, equalJson, parseJson, type Json, type Tetraplet } from '../../interpreter/index.ts';
import type { OracleTetraplet } from './oracle.ts';

/** All results of a run so far, by peer, service and function: what tetraplets speak about. */
export class Results {
  readonly #byTriplet = new Map<string, Json[]>();

  /** What is not JSON is not a result. */
  add(peerId: string, serviceId: string, functionName: string, resultJson: string): void {
    const result = readJson(resultJson);
    if (result === undefined) return;
    const key = JSON.stringify([peerId, serviceId, functionName]);
    const list = this.#byTriplet.get(key) ?? [];
    list.push(result);
    this.#byTriplet.set(key, list);
  }

  /** Whether some result of that triplet has this value at this getter. */
  confirms(peerId: string, serviceId: string, functionName: string, getter: string, value: Json): boolean {
    const list = this.#byTriplet.get(JSON.stringify([peerId, serviceId, functionName])) ?? [];
    return list.some(result => {
      const part = applyGetter(result, getter);
      return part !== undefined && equalJson(part, value);
    });
  }
}

function readJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** The one spelling of a path that the reference spells in several. */
const respelled = (lens: string): string => lens.replaceAll('.$.', '.').replace(/^\.(?!length$)/, '.$.');

/**
 * Why Beryl may say something else about the origin of a value than the reference, or what is wrong.
 *
 * Rule: what Beryl says is true; and where what the reference says is true and names a service, Beryl says the same.
 */
export function judgeOrigin(
  ours: Tetraplet,
  theirs: OracleTetraplet,
  value: Json,
  results: Results,
): string | undefined {
  const { peerId, serviceId, functionName, getter } = ours;
  const isError = getter.startsWith(':error:');
  if (serviceId !== '' && !isError && !results.confirms(peerId, serviceId, functionName, getter, value)) {
    return `untrue: ${show(ours)}`;
  }
  const sameProducer =
    peerId === theirs.peer_pk && serviceId === theirs.service_id && functionName === theirs.function_name;
  if (sameProducer && (getter === respelled(theirs.lens) || getter === theirs.lens)) return undefined;
  if (sameProducer && isError) return undefined;
  const theirsIsTrue =
    theirs.service_id !== '' &&
    results.confirms(theirs.peer_pk, theirs.service_id, theirs.function_name, respelled(theirs.lens), value);
  if (theirsIsTrue && !isError)
    return `lost: the reference truly says ${JSON.stringify(theirs)}, Beryl says ${show(ours)}`;
  return undefined;
}

const show = ({ peerId, serviceId, functionName, getter }: Tetraplet): string =>
  `${peerId}/${serviceId}/${functionName}/${getter}`;
