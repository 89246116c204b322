// The third browser of the hostile server: its page sits between the two others.
import { Screen } from '../harness/screen.js';

export class Middle extends Screen {
  /** `program`: what `buildInto` built. */
  static async in(browser, hostile, program) {
    const middle = await Middle.of(browser);
    const { page } = middle;
    Object.assign(middle, { hostile });
    await page.goto(hostile.installation.origin);
    await page.exposeFunction('sayToSeat', (seat, data) => hostile.deliver({ room: middle.room, to: seat, from: 1 - seat, data }));
    await page.evaluate(program);
    return middle;
  }

  /** Steps in between in this room, from the first word that is said there. `fragment`: of its link, where that was stolen. */
  stepIn(room, fragment) {
    let begun;
    Object.assign(this, { room });
    this.hostile.carry = async (message) => {
      begun ??= this.begin(fragment);
      await begun;
      await this.page.evaluate((seat, data) => window.middle.take(seat, data), message.from, message.data);
    };
  }

  begin(fragment) {
    const { context, iceServers } = this.hostile.room(this.room);
    return this.page.evaluate((options) => window.middle.begin({ ...options, say: (seat, data) => window.sayToSeat(seat, data) }), { context, iceServers, fragment });
  }

  leaves() {
    return this.page.evaluate(() => window.middle.leave());
  }

  /** All that it came to know. */
  learned() {
    return this.page.evaluate(() => window.middle.learned);
  }
}
