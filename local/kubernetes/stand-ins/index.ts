import { chroma } from './chroma.ts';
import { evidently } from './evidently.ts';
import { mlflow } from './mlflow.ts';
import { seldonModelServer, seldonOperator } from './seldon.ts';
import type { StandIn } from './stand-in.ts';
import { zenml } from './zenml.ts';

const STAND_INS: StandIn[] = [zenml, mlflow, chroma, evidently, seldonOperator, seldonModelServer];

/** The stand-in of the tool in this image; undefined if there is none. */
export const findStandIn = (image: string): StandIn | undefined =>
  STAND_INS.find((standIn) => standIn.image.test(image));
