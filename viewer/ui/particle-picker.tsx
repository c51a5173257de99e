import type { JSX } from 'preact';
import { printable } from '../../base/printable.ts';
import type { ParticleRow, Workspace } from '../model/workspace.ts';

interface ParticlePickerProps {
  readonly label: string;
  readonly workspace: Workspace;
  readonly value: string;
  readonly onPick: (id: string) => void;
}

const LISTED = 500;

/** One particle of many: those around the chosen one are offered, and any other by its id. */
export function ParticlePicker({ label, workspace, value, onPick }: ParticlePickerProps): JSX.Element {
  const { particles } = workspace;
  const at = Math.max(
    0,
    particles.findIndex(({ id }) => id === value),
  );
  const first = Math.max(0, Math.min(at - LISTED / 2, particles.length - LISTED));
  const shown = particles.slice(first, first + LISTED);
  return (
    <label class="picker">
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => onPick(currentTarget.value)}>
        {shown.map(row => (
          <option key={row.id} value={row.id}>
            {textOf(workspace, row)}
          </option>
        ))}
      </select>
      {particles.length > LISTED && (
        <input
          aria-label={`${label}: id or signature`}
          placeholder={`id, of ${particles.length}`}
          onChange={({ currentTarget }) => {
            const wanted = currentTarget.value.trim();
            const found = particles.find(
              row => row.particleId === wanted || row.signature.startsWith(wanted),
            );
            if (wanted !== '' && found !== undefined) onPick(found.id);
          }}
        />
      )}
    </label>
  );
}

function textOf(workspace: Workspace, { recording, particleId, calls }: ParticleRow): string {
  const failed = calls.filter(({ call }) => call.outcome !== 'served').length;
  const file = printable(workspace.recordings[recording]?.name ?? '');
  return `${printable(particleId.slice(0, 12))} in ${file}: ${calls.length} calls${failed > 0 ? `, ${failed} not served` : ''}`;
}
