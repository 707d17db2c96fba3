import shipped from "../../policy/before-create-user";
import { marker } from "./marker";

/** The shipped policy with one write. */
export default { ...shipped, rules: [...shipped.rules, marker] };
