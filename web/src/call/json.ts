// JSON as strangers send it.

/** Reads JSON; throws a `SyntaxError` also where an object has a field twice: two readers could see two messages. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  refuseTwins(text);
  return value;
}

/** The fields of an object, or `null` when it is none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/** `text` is known to be JSON: it is enough to look at strings, brackets and colons. */
function refuseTwins(text: string): void {
  const open: Set<string>[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      const names = open.at(-1);
      if (names?.has(name)) throw new SyntaxError(`the field ${name} is there twice`);
      names?.add(name);
    }
  }
}
