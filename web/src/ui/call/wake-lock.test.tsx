// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useWakeLock } from './wake-lock.ts';

let asked: ReturnType<typeof vi.fn>;
let released: ReturnType<typeof vi.fn>;

beforeEach(() => {
  released = vi.fn(async () => undefined);
  asked = vi.fn(async () => ({ release: released }));
  vi.stubGlobal('navigator', { wakeLock: { request: asked } });
});

afterEach(() => {
  render(null, document.body);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('the screen', () => {
  it('is kept awake as long as the page is there', async () => {
    await show();
    expect(asked.mock.calls).toEqual([['screen']]);

    await act(() => render(null, document.body));

    expect(released).toHaveBeenCalledOnce();
  });

  it('is kept awake again when the page is looked at again', async () => {
    const visible = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await show();
    expect(asked).not.toHaveBeenCalled();

    visible.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));

    expect(asked).toHaveBeenCalledOnce();
  });

  it('is let go of when the page goes while the browser is still asked', async () => {
    let give: (lock: unknown) => void = () => undefined;
    asked.mockReturnValue(new Promise((resolve) => (give = resolve)));
    await show();

    await act(() => render(null, document.body));
    give({ release: released });
    await Promise.resolve();

    expect(released).toHaveBeenCalledOnce();
  });

  it('may go dark where the browser refuses, or can’t', async () => {
    asked.mockRejectedValue(new DOMException('', 'NotAllowedError'));
    await show();
    vi.stubGlobal('navigator', {});

    await show();

    expect(released).not.toHaveBeenCalled();
  });
});

async function show(): Promise<void> {
  await act(() => render(<Awake />, document.body));
}

function Awake() {
  useWakeLock();
  return null;
}
