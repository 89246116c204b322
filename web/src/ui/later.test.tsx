// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { later } from './later.tsx';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  render(null, document.body);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a view that comes later', () => {
  it('is drawn at once where it was fetched before', async () => {
    const { View, load } = make();
    await View.preload();

    act(() => render(<View name="Anna" />, document.body));

    expect(document.body.textContent).toBe('Hello Anna');
    expect(load).toHaveBeenCalledOnce();
  });

  it('says that it comes, and comes', async () => {
    const { View } = make();

    act(() => render(<View name="Anna" />, document.body));
    expect(document.querySelector('[role=status]')).not.toBeNull();
    await act(async () => void (await vi.advanceTimersByTimeAsync(0)));

    expect(document.body.textContent).toBe('Hello Anna');
  });

  it('that does not come says so, and is asked for again by itself', async () => {
    const { View, load } = make();
    load.mockRejectedValueOnce(new TypeError('offline')).mockRejectedValueOnce(new TypeError('offline'));
    await View.preload();
    expect(document.querySelector('[data-code=part-missing]')).toBeNull();

    act(() => render(<View name="Anna" />, document.body));
    await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
    expect(document.querySelector('[data-code=part-missing]')).not.toBeNull();
    await act(async () => void (await vi.advanceTimersByTimeAsync(2_000)));

    expect(document.body.textContent).toBe('Hello Anna');
    expect(load).toHaveBeenCalledTimes(3);
  });
});

function make() {
  const Hello = ({ name }: { readonly name: string }) => <p>Hello {name}</p>;
  const load = vi.fn(async () => Hello);
  return { View: later<{ readonly name: string }>(load), load };
}
