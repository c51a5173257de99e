import {
  checkStoredParticle,
  StoreError,
  sqliteStore,
  surveyStore,
  type CheckedParticle,
  type EndedUntil,
  type ParticleSummary,
  type Store,
  type StoredParticle,
  type StoredState,
  type StoreSurvey,
} from '../../peer/index.ts';
import { messageOf } from '../../services/index.ts';
import { withCopy } from './copy.ts';

/** Particles that are read at a time. */
const PAGE = 500;

/** Receives what a store holds, one thing after the other. */
export interface StoreReader {
  store(survey: StoreSurvey, ended: EndedUntil, nonces: number): void;
  /** @param stored Left out if it cannot be read at all. */
  particle(summary: ParticleSummary, checked: CheckedParticle, stored?: StoredParticle): void;
  /** @param state Or why it cannot be read. */
  service(id: string, state: StoredState | string): void;
}

/** Reads a copy of a store from one end to the other. Memory does not grow with the store. */
export function readStore(path: string, reader: StoreReader): Promise<void> {
  return withCopy(path, copy =>
    readCopy(copy, reader).catch((failure: unknown) => {
      if (!(failure instanceof StoreError)) throw failure;
      const { code, message, details } = failure;
      throw new StoreError(code, message.replaceAll(copy, path), details, { cause: failure });
    }),
  );
}

async function readCopy(copy: string, reader: StoreReader): Promise<void> {
  const survey = await surveyStore(copy);
  const store = sqliteStore(copy, { synchronous: 'normal' });
  await store.open(survey.peerId);
  try {
    reader.store(survey, await store.ended(), (await store.nonces()).length);
    await readParticles(store, reader);
    for (const id of survey.services) reader.service(id, await stateOf(store, id));
  } finally {
    await store.close();
  }
}

async function readParticles(store: Store, reader: StoreReader): Promise<void> {
  for (let after = ''; ;) {
    const page = await store.scan(after, PAGE);
    for (const summary of page) {
      // In a file with a bent index the same page may come for ever.
      if (summary.key <= after)
        throw new StoreError(
          'ERR_STORE_FORMAT',
          'the index of its particles is damaged: their keys do not ascend',
        );
      after = summary.key;
      try {
        const stored = await store.load(summary.key);
        if (stored !== undefined) reader.particle(summary, checkStoredParticle(summary, stored), stored);
      } catch (failure) {
        reader.particle(summary, { problems: [`it cannot be read: ${messageOf(failure)}`] });
      }
    }
    if (page.length < PAGE) return;
  }
}

async function stateOf(store: Store, id: string): Promise<StoredState | string> {
  try {
    return (await store.state(id)) as StoredState;
  } catch (failure) {
    return messageOf(failure);
  }
}
