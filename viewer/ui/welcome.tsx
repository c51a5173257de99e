import type { JSX } from 'preact';

/** What the page is for, while no file is open. */
export function Welcome(): JSX.Element {
  return (
    <div class="welcome">
      <h2>Drop recordings here</h2>
      <p>
        This page opens recordings, receipts and evidence of Beryl, verifies them, and shows who called what,
        why it was decided so, and where every value came from. Drop your trust file (<code>peers.json</code>)
        beside them to say whose keys you trust.
      </p>
      <p>Nothing leaves this page: it may load nothing and send nothing.</p>
      <p class="hint">
        Keys: <kbd>o</kbd> opens files, <kbd>1</kbd> to <kbd>5</kbd> choose a panel, <kbd>/</kbd> searches,{' '}
        <kbd>,</kbd> and <kbd>.</kbd> step through a particle.
      </p>
    </div>
  );
}
