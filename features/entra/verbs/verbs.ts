import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 68,
    name: "entra",
    topic: "Ship",
    summary: "set up and check Entra's API connectors, and their credentials",
    about:
      "Plans, makes and checks what Entra needs to call the gates. entra credentials shows and changes the password that it calls with.",
    load: async () => ({ register: (await import("./commands")).registerSetUp }),
  },
  {
    place: 90,
    within: "entra",
    load: async () => ({ register: (await import("./commands")).registerFilesAndRemoval }),
  },
] satisfies readonly Verb[];
