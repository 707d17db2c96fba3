import type { Options } from "../../local/terminal/options";

/** What `npm start -- --ephemeral --port 0 --json` asks for, without rebuilding. */
export const startOptions = {
  port: 0,
  data: undefined,
  policy: "policy",
  release: undefined,
  endpoints: new Map(),
  json: true,
  reload: false,
  throttle: false,
  compare: "",
  credentials: {},
} as const satisfies Options;
