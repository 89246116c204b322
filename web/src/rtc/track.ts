// A track that stops by itself, or goes silent.

/** Calls `onLost` when it has ended, or has been silenced by the system for a while that the page was looked at; until the returned function is called. */
export function watchTrack(track: MediaStreamTrack, onLost: () => void): () => void {
  const watching = new AbortController();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    clearTimeout(waiting);
    watching.abort();
  };
  // A phone silences them while its owner is elsewhere, and gives them back by itself: mostly.
  const look = () => {
    clearTimeout(waiting);
    if (track.muted && document.visibilityState === 'visible') waiting = setTimeout(onLost, SILENCE);
  };
  const options = { signal: watching.signal };
  track.addEventListener('ended', onLost, options);
  track.addEventListener('mute', look, options);
  track.addEventListener('unmute', look, options);
  document.addEventListener('visibilitychange', look, options);
  return end;
}

/** Milliseconds. */
const SILENCE = 3_000;
