/**
 * Letters that IDNA permits and that look like Latin letters, by code point; without accents, which are removed first. Source: Unicode's
 * confusables.txt 17.0.0 (https://www.unicode.org/Public/17.0.0/security/, © Unicode, Inc., Unicode License v3).
 */
const unicodeConfusables: Readonly<Record<string, string>> = {
  a: "237a 251 3b1 430 13aa 15c5 a4ee 16f40 102a0 2376",
  ae: "e6 4d5",
  b: "13cf 1472 15af 13f4 15f7 a4d0 10282 102a1 10301 253 1473 183 180 48d 463",
  c: "1d04 2ca5 441 1004 105a 1043d 1f74c 118e9 118f2 13df a4da 102a2 10302 1051c a2 23c 20a1 1f16e 4ab",
  d: "501 13e7 146f a4d2 13a0 15de 15ea a4d3 257 256 18c 111 20ab",
  e: "212e ab32 435 4bd 22ff 2d39 13ac a4f0 10286 247 4bf",
  f: "ab35 a799 192 1e9d 584 1d213 15b4 a4dd 118c2 10287 102a5 10525 1d6e",
  g: "261 1d83 18d 581 13c0 13f3 a4d6 260 1e5",
  h: "4bb 570 13c2 13bb 157c a4e7 102cf 266 a695 13f2 127 45b",
  i: "2373 131 26a 269 3b9 2c93 456 a647 582 13a5 118c3 2378 268 1d7b 1d7c",
  j: "3f3 458 13ab 148d a4d9 249",
  k: "13e6 16d5 a4d7 10518 199 20ad",
  l: "2223 23fd 6f1 10320 1c0 4cf 2d4f 16c1 a4f2 16f28 1028a 10309 1d22a 13de 14aa a4e1 16f16 10526 142 26d 19a 26b",
  m: "13b7 15f0 16d6 a4df 102b0 10311 20a5 271 1d6f",
  n: "578 57c a4e0 10513 1018e 273 19e 14b 3b7 572 1d70",
  o: "c02 c82 d02 d82 966 9e6 a66 ae6 b66 be6 c66 d66 e50 ed0 1040 17e0 114d0 6f5 1d0f 1d11 ab3d 3bf 3c3 2c9f 3ed 43e 10ff 585 d20 101d 104ea 118c8 118d7 1042c ce6 3007 118e0 2d54 12d0 b20 a4f3 10292 102ab 10516 f8 ab3e 2d41 275 a74b 2c91 4e9 473 2296 229d 236c 1d21a 1f714 3b8 2d31 13be 13eb 10d7 1010",
  oe: "153",
  p: "2374 fe 1bf 3c1 3f8 2ca3 2ccf 440 13e2 146d a4d1 10295 1a5 1d7d",
  q: "51b 563 566 2d55 2a0",
  r: "ab47 ab48 1d26 2c85 433 1d216 13a1 13d2 1587 a4e3 16f35 27d 27c 24d 493 1d72",
  s: "a731 1bd 455 d1f 118c1 10448 13d5 13da a4e2 16f3a 10296 282 1d74",
  t: "22a4 27d9 1f768 13a2 a4d4 16f0a 10297 102b1 10315 1ad 2361 20ae 167 1d75",
  u: "a79f 1d1c ab4e ab52 28b 3c5 57d 104f6 118d8 222a 22c3 1200 144c a4f4 16f42 45f 1d7e 13cc",
  v: "2228 22c1 1d20 3bd 475 11706 118c0 1d20d 6f7 2d38 13d9 142f a6df a4e6 16f08 1051d 10197 1f708",
  w: "26f 1d21 2cbd 461 448 51d 561 1170a 1170e 1170f 118e6 118ef 13b3 13d4 a4ea 47d 114c5 20a9 a761",
  x: "166e d7 292b 292c 2a2f 445 1541 157d 166d 2573 10322 118ec 2d5d 16b7 a4eb 10290 102b4 10317 10527 2a30 10196",
  y: "263 1d8c 28f 1eff ab5a 3b3 2ca9 443 4af 10e7 118dc 13a9 13bd a4ec 16f43 102b2 1b4 24f 4b1 a5",
  z: "1d22 118c4 118e5 102f5 13c3 a4dc 290 1b6 225 1d76",
};

/** Letters missing in Unicode's table: their capitals look Latin, or a quick reader takes them for Latin letters. */
const byEye: Readonly<Record<string, string>> = {
  h: "43d",
  k: "43a 3ba 138",
  m: "43c",
  t: "442 3c4",
};

const latin: ReadonlyMap<string, string> = new Map(
  [unicodeConfusables, byEye].flatMap((table) =>
    Object.entries(table).flatMap(([letters, points]) =>
      points.split(" ").map((point) => [String.fromCodePoint(Number.parseInt(point, 16)), letters] as const),
    ),
  ),
);

export function latinFor(character: string): string {
  const bare = character.normalize("NFKD").replace(/\p{M}/gu, "");
  return latin.get(character) ?? latin.get(bare) ?? bare;
}
