import { afterSignIn } from "entra-gatehouse";
import { who } from "./who";

export default afterSignIn([...who]);
