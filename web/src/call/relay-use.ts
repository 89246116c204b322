// Whether a practice's visits may go by the operator's relay (TURN).

export const RELAY_USES = ['never', 'if-needed', 'only'] as const;

/** What a practice allows its visits; `never`: direct, or not at all. */
export type RelayUse = (typeof RELAY_USES)[number];

export function isRelayUse(value: unknown): value is RelayUse {
  return RELAY_USES.includes(value as RelayUse);
}
