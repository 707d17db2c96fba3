import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 92,
    name: "incident",
    topic: "In an emergency",
    summary: "people let in by an attack: find them, shut them out, undo it",
    about: "Finds the people that an attack got in, shuts them out together, and undoes that.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
