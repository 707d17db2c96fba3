import { liveYear } from "./year";

// A larger tenant: YEAR_GUESTS=500 npx vitest run test/features/expiry/year.test.ts
const guests = Number(process.env.YEAR_GUESTS ?? 30);
const seeds = process.env.YEAR_SEEDS?.split(",").map(Number) ?? [1];

it.each(seeds)(
  "a year of a tenant is as docs/expiry.md says: seed %d",
  async (seed) => {
    const { complaints, counts } = await liveYear(seed, { guests, sponsors: 40, leaving: 9 });
    if (process.env.YEAR_GUESTS !== undefined) console.log(seed, counts);
    expect(complaints).toEqual([]);
    if (seeds.length > 1) return;
    for (const what of [
      "disabled lasts",
      "disabled idle",
      "disabled unredeemed",
      "reminded idle",
      "renewed by a sponsor",
      "disabled by Entra",
      ...["offered", "accepted", "refused", "lapsed", "given"].map((each) => `${each} by a sponsor or an operator`),
    ])
      expect(counts[what] ?? 0, what).toBeGreaterThan(0);
  },
  1_800_000,
);
