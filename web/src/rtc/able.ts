// Whether this browser can be one end of a visit at all, with or without camera.

/** Not on a page that came without https; and not where WebRTC is taken away, as in an iPhone's lockdown mode and in some private browsers. */
export function disability(): 'insecure' | 'unsupported' | null {
  if (!globalThis.isSecureContext) return 'insecure';
  const { RTCPeerConnection, WebSocket, crypto } = globalThis as Partial<typeof globalThis>;
  return RTCPeerConnection && 'createDataChannel' in RTCPeerConnection.prototype && WebSocket && crypto?.subtle ? null : 'unsupported';
}
