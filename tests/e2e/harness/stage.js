// An installation, a doctor signed in on the console, and a guest's browser.
import { Browser } from './browser.js';
import { Installation } from './installation.js';
import { Doctor, Guest } from './people.js';

export class Stage {
  static async set(doctorKind, guestKind, { installation, doctorArguments, guestArguments, isGuestOnPhone = false } = {}) {
    const stage = new Stage();
    stage.installation = await (installation ?? Installation.start());
    const { ca } = stage.installation;
    const [doctors, guests] = await Promise.all([
      Browser.start({ kind: doctorKind, ca, colour: 'blue', ...doctorArguments }),
      Browser.start({ kind: guestKind, ca, colour: 'red', ...guestArguments }),
    ]);
    Object.assign(stage, { doctors, guests });
    try {
      stage.doctor = await Doctor.of(doctors);
      stage.guest = await Guest.of(guests, { isPhone: isGuestOnPhone });
      await stage.doctor.enrols(await stage.installation.enrolmentLink('Praxis am Finkenweg'));
    } catch (error) {
      // Whoever could strike it never gets it, and what still runs would keep the test file from ending.
      await stage.strike();
      throw error;
    }
    return stage;
  }

  /** Another guest, in a browser of its own as far as pages can tell. */
  anotherGuest() {
    return Guest.of(this.guests);
  }

  screens() {
    return { doctor: this.doctor, guest: this.guest };
  }

  /** From an appointment to both in the call. */
  async meet(name = 'Anna M.') {
    const { doctor, guest } = this;
    const { room, link } = await doctor.arrangesNow();
    await guest.comes(link, name);
    await doctor.seesGuest(room, name);
    await doctor.admits(room);
    await Promise.all([doctor.inCall(), guest.inCall()]);
    return { room, link };
  }

  async strike() {
    await Promise.all([this.doctors?.stop(), this.guests?.stop()]);
    await this.installation.stop();
  }
}
