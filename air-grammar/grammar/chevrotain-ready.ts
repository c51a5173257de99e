import * as chevrotain from 'chevrotain';

/** Chevrotain in browsers, where nothing can be loaded late and synchronously: it comes with the page. See `chevrotain-late.ts`. */
export type Chevrotain = typeof chevrotain;

export const loadChevrotain = (): Chevrotain => chevrotain;
