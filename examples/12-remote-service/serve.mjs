// The service in JavaScript, in a process of its own.
import { serveStdio } from 'beryl/channels';
import { stock } from './stock.mjs';

await serveStdio(stock, { channel: 'stock' });
