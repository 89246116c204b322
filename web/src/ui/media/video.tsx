// A `<video>` for a live stream. Firefox would stop at each with Tab, where there is nothing to do.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { RefObject, VideoHTMLAttributes } from 'preact';

interface PreviewProps {
  readonly stream: MediaStream;
  readonly class?: string;
  /** False: as others see it. */
  readonly isMirrored?: boolean;
  readonly onElement?: (video: HTMLVideoElement | null) => void;
  readonly 'data-test'?: string;
}

/** This machine's own camera or screen: always silent. A camera that looks at the person is a mirror. */
export function Preview({ stream, class: more = '', isMirrored = true, onElement, ...rest }: PreviewProps) {
  const video = useStream(stream);
  useElement(video, onElement);
  return <video ref={video} class={isMirrored && isMirror(stream) ? `${more} mirror` : more} muted playsInline autoPlay disablePictureInPicture tabIndex={-1} aria-hidden="true" {...rest} />;
}

type RemoteVideoProps = VideoHTMLAttributes<HTMLVideoElement> & {
  /** The picture of the one before stays while there is none. */
  readonly stream: MediaStream | null;
  /** The browser plays sound only after a touch: the picture plays without it until `unmute` is called. */
  readonly onSilenced?: (unmute: () => void) => void;
  /** Gives the element away, and takes it back with `null`. */
  readonly onElement?: (video: HTMLVideoElement | null) => void;
};

/** What the other sends, with its sound. */
export function RemoteVideo({ stream, onSilenced, onElement, ...rest }: RemoteVideoProps) {
  const video = useStream(stream);
  useElement(video, onElement);
  useEffect(() => {
    const element = video.current;
    if (!element || !stream) return;
    element.play().catch((error: unknown) => {
      // Any other failure belongs to a stream that was replaced meanwhile, whose successor plays by itself.
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      element.muted = true;
      const unmute = () => {
        element.muted = false;
        void element.play();
      };
      void element.play();
      onSilenced?.(unmute);
    });
  }, [stream]);
  return <video ref={video} playsInline autoPlay tabIndex={-1} {...rest} />;
}

/** Gives the element away, and takes it back with `null`. */
function useElement(video: RefObject<HTMLVideoElement | null>, give: ((video: HTMLVideoElement | null) => void) | undefined): void {
  useLayoutEffect(() => {
    give?.(video.current);
    return () => give?.(null);
  }, []);
}

function useStream(stream: MediaStream | null) {
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    if (video.current && stream && video.current.srcObject !== stream) video.current.srcObject = stream;
  }, [stream]);
  useLayoutEffect(() => {
    const element = video.current;
    return () => {
      if (element) element.srcObject = null;
    };
  }, []);
  return video;
}

/** The camera at a phone's back shows the world, which is not to be turned around. */
function isMirror(stream: MediaStream): boolean {
  const facing = stream.getVideoTracks()[0]?.getSettings().facingMode;
  return facing !== 'environment';
}
