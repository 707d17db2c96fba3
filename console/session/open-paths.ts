/** The pages that need no session. The gateway counts calls of each apart (lib/console/console.ts). */
export const openPaths = ["/sign-in", "/sign-in/callback", "/signed-out"] as const;
export type OpenPath = (typeof openPaths)[number];
