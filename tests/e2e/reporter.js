// For `node --test`: a line for each test, and the count at the end.
import { relative } from 'node:path';

export default async function* report(events) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  let file;
  for await (const { type, data } of events) {
    if (data.file && data.file !== file && (type === 'test:pass' || type === 'test:fail')) {
      file = data.file;
      yield `\n${relative(process.cwd(), file)}\n`;
    }
    if (type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const failed = type === 'test:fail';
    const indent = '  '.repeat(data.nesting + 1);
    if (data.details.type === 'suite') {
      yield `${indent}${data.name}: ${data.skip ? `SKIPPED, ${data.skip}` : `${seconds(data)} in all`}\n`;
      // Its tests have been counted; what breaks in its own hooks counts as well.
      if (!failed || data.details.error.failureType === 'subtestsFailed') continue;
    }
    if (data.skip !== undefined) count.skipped++;
    else if (failed) count.failed++;
    else count.passed++;
    const sign = data.skip !== undefined ? 'SKIPPED' : failed ? 'FAILED' : 'ok';
    yield `${indent}${sign}  ${data.name} (${typeof data.skip === 'string' ? data.skip : seconds(data)})\n`;
    if (failed) yield `${cause(data.details.error)}\n`;
  }
  if (count.skipped) yield `\n${count.skipped} skipped\n`;
  yield `\n${count.passed} passed, ${count.failed} failed\n`;
}

const seconds = ({ details }) => `${(details.duration_ms / 1000).toFixed(1)} s`;

const cause = (error) => {
  const why = error.cause ?? error;
  return why.stack ?? String(why);
};
