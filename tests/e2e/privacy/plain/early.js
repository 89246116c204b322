// What stands in for web/src/sealed/early.ts where sealing is switched off: nothing is left that could be used, so that everything goes the way of the handshake.
import { head } from '../../../../web/src/sealed/message.ts';
import { Refusal } from '../../../../web/src/sealed/refusal.ts';

export class Prekey {
  static async make(context, roomKey, identity, id) {
    return { message: head('prekey', id), open: refuse };
  }
}

export const EarlyOffer = { make: refuse };

async function refuse() {
  throw new Refusal('other-handshake');
}
