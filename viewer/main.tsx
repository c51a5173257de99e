import './jitless.ts';
import { render } from 'preact';
import { App } from './ui/app.tsx';
import { serveVerifier } from './ui/verifier.ts';

// The same script is the page and its worker.
const root = typeof document === 'undefined' ? null : document.getElementById('root');
if (root === null) serveVerifier();
else render(<App />, root);
