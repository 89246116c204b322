// What is found all the same, and why that is right: whatever else is found is a leak.

export const BY_DESIGN = [
  {
    place: /^packets between the browsers$/,
    name: /^ufrag/,
    why: 'ICE’s checks name both ufrags in clear on the way between the browsers (RFC 8445 section 7.2.2); no server is on it',
  },
];
