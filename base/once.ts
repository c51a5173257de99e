/** Makes a value when it is asked for first, and keeps it. For what takes long to make and what many processes never need. */
export function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}
