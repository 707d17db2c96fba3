import type { Adapter, AdapterPayload } from "oidc-provider";

interface Kept {
  readonly payload: AdapterPayload;
  readonly until: number;
}

/** What the local OpenID provider remembers, for as long as it runs: one map for each kind of thing. */
export function memoryAdapter(): (kind: string) => Adapter {
  const kinds = new Map<string, Map<string, Kept>>();

  return (kind) => {
    const kept = kinds.get(kind) ?? new Map<string, Kept>();
    kinds.set(kind, kept);
    const standing = () => [...kept.values()].filter(({ until }) => until > Date.now()).map(({ payload }) => payload);
    const find = (id: string) => {
      const found = kept.get(id);
      return found === undefined || found.until <= Date.now() ? undefined : found.payload;
    };
    return {
      async upsert(id, payload, expiresInSeconds) {
        kept.set(id, { payload, until: Date.now() + (expiresInSeconds ?? Number.POSITIVE_INFINITY) * 1_000 });
      },
      find: async (id) => find(id),
      findByUid: async (uid) => standing().find((each) => each.uid === uid),
      findByUserCode: async (userCode) => standing().find((each) => each.userCode === userCode),
      async consume(id) {
        const payload = find(id);
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1_000);
      },
      async destroy(id) {
        kept.delete(id);
      },
      async revokeByGrantId(grantId) {
        for (const [id, { payload }] of kept) if (payload.grantId === grantId) kept.delete(id);
      },
    };
  };
}
