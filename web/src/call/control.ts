// The messages of the control channel (docs/signalling.md section 6).

/** Everything that either side says on `control`. */
export type ControlMessage =
  | { readonly type: 'hello'; readonly name: string; readonly visit?: string; readonly language: string }
  | { readonly type: 'admit' }
  | { readonly type: 'media'; readonly audio: boolean; readonly video: boolean; readonly screen: boolean }
  | { readonly type: 'chat'; readonly id: string; readonly at: number; readonly text: string }
  | { readonly type: 'chat-seen'; readonly id: string }
  | { readonly type: 'file-offer'; readonly id: number; readonly name: string; readonly size: number; readonly mime: string }
  | { readonly type: 'file-accept'; readonly id: number }
  | { readonly type: 'file-refuse'; readonly id: number; readonly reason: FileRefusal }
  | { readonly type: 'file-end'; readonly id: number; readonly sha256: string }
  | { readonly type: 'file-done'; readonly id: number; readonly ok: boolean }
  | { readonly type: 'file-cancel'; readonly id: number; readonly from: 'sender' | 'receiver' }
  | { readonly type: 'restart' }
  | { readonly type: 'description'; readonly kind: 'offer' | 'answer'; readonly sdp: string }
  | { readonly type: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly type: 'ping'; readonly n: number }
  | { readonly type: 'pong'; readonly n: number }
  | { readonly type: 'bye'; readonly reason: 'ended' | 'left' };

/** Why a file is not taken. */
export type FileRefusal = 'too-large' | 'declined' | 'no-space';

/** An ICE candidate, and the `mid` that it belongs to. */
export interface Candidate {
  readonly candidate: string;
  readonly mid: string;
}
