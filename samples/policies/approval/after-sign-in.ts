import { afterSignIn } from "entra-gatehouse";
import { who } from "./who";

/** People who asked before read the state of their request before they fill in the form again. */
export default afterSignIn([...who]);
