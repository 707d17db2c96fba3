import shipped from "../../policy/after-sign-in";
import { marker } from "./marker";

/** The shipped policy with one write. */
export default { ...shipped, rules: [...shipped.rules, marker] };
