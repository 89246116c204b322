// What of a doctor's device can be brought to another browser: by the recovery file, or by adding a device.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { identityKeys, isWhole, makeIdentity, type WholeMaterial } from './material.ts';
import { openRecovery, type RecoveryFile, sealRecovery } from './recovery.ts';
import { type Backup, type Device, materialOf, openBackup, type Store } from './store.ts';

export type VaultState =
  /** This browser's identity key is older than recovery files and can't be read out: a file would bring back nothing that guests could trust. */
  | 'bound'
  /** There is no recovery file yet. */
  | 'open'
  /** There is one; its passphrase opens it here, too. */
  | 'sealed';

export class Vault {
  private constructor(
    private readonly store: Store,
    private readonly device: Device,
    private backup: Backup,
    private readonly current: Signal<VaultState>,
  ) {}

  /** `null` for a staff device: it has nothing to bring. */
  static async of(store: Store, device: Device): Promise<Vault | null> {
    const backup = device.keys.role === 'doctor' ? await store.backup() : null;
    if (!backup) return null;
    const state = backup.state === 'sealed' ? 'sealed' : isWhole(await materialOf(backup)) ? 'open' : 'bound';
    return new Vault(store, device, backup, signal(state));
  }

  get state(): ReadonlySignal<VaultState> {
    return this.current;
  }

  /** The file that was saved before, to be saved once more. */
  get file(): RecoveryFile | null {
    return this.backup.state === 'sealed' ? this.backup.file : null;
  }

  /** Makes the recovery file. Nothing changes here before `keep`: a file that nobody has saved protects nobody. */
  async makeFile(passphrase: string): Promise<RecoveryFile> {
    const { practice, practiceName } = this.device;
    return sealRecovery(await this.whole(), { id: practice, name: practiceName }, passphrase);
  }

  /** It is saved: from now on the keys leave this browser with its passphrase only. */
  async keep(file: RecoveryFile): Promise<void> {
    this.backup = { state: 'sealed', file };
    await this.store.keepBackup(this.backup);
    this.current.value = 'sealed';
  }

  /** The keys' bytes, for a further device. Throws a `RecoveryError` when the passphrase is another. */
  unlock(passphrase: string): Promise<WholeMaterial> {
    if (this.backup.state !== 'sealed') throw new Error('the recovery file comes first');
    return openRecovery(this.backup.file, passphrase);
  }

  /** A new identity, one that can be kept in a recovery file. Links that name the old one are not trusted by guests any more. Gives the changed device. */
  async renewIdentity(): Promise<Device> {
    const { keys } = this.device;
    if (this.current.value !== 'bound' || this.backup.state !== 'open' || keys.role !== 'doctor') throw new Error('there is an identity that can be kept');
    const identity = await makeIdentity();
    const backup = await openBackup({ ...(await materialOf(this.backup)), identity });
    const device: Device = { ...this.device, keys: { ...keys, identity: await identityKeys(identity) } };
    await this.store.keepDevice(device, backup);
    return device;
  }

  private async whole(): Promise<WholeMaterial> {
    const material = this.backup.state === 'open' ? await materialOf(this.backup) : null;
    if (!isWhole(material)) throw new Error('the file was made before, or this identity can’t be kept in one');
    return material;
  }
}
