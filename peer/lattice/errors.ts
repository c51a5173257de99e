import { BerylError } from '../../base/error.ts';

/** Why a peer cannot work as one of several workers. */
export type LatticeErrorCode =
  /** A service keeps its state in the process: each worker would have a state of its own. */
  | 'ERR_LATTICE_STATE'
  /** The signer of the peer refused to sign, or gave no answer. */
  | 'ERR_LATTICE_SIGNER';

/** A worker that cannot work. Its code is a {@link LatticeErrorCode}. */
export class LatticeError extends BerylError<LatticeErrorCode> {
  override readonly name = 'LatticeError';
}
