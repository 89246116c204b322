/** Six digits that two people read to each other: two groups of three. */
export function SpokenNumber({ digits }: { readonly digits: string }) {
  return (
    <p class="spoken numerals" data-test="device-number" data-number={digits}>
      <span>{digits.slice(0, 3)}</span> <span>{digits.slice(3)}</span>
    </p>
  );
}
