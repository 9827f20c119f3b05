/** A server image by the protocol of a model. */
interface Server {
  image: string;
  defaultImageVersion: string;
}

/** The version of the servers for the protocol `v2` (SeldonIO/MLServer). */
const MLSERVER = '1.7.1';

/**
 * The prepackaged servers by the name that a model gives as its `implementation`. A model without a protocol, such as
 * each one that ZenML deploys, has the protocol `seldon`. Those images and their tags are in the values of the
 * operator's chart (helm-charts/seldon-core-operator/values.yaml of SeldonIO/seldon-core at v1.17.1). They are of 2023,
 * with scikit-learn 0.24 and MLflow 2.5: newer models need the protocol `v2`. Hugging Face has a server for `v2` only.
 */
export const MODEL_SERVERS = {
  SKLEARN_SERVER: { protocols: { seldon: classic('sklearnserver'), v2: mlserver('sklearn') } },
  XGBOOST_SERVER: { protocols: { seldon: classic('xgboostserver'), v2: mlserver('xgboost') } },
  MLFLOW_SERVER: { protocols: { seldon: classic('mlflowserver'), v2: mlserver('mlflow') } },
  HUGGINGFACE_SERVER: { protocols: { v2: mlserver('huggingface') } },
};

function classic(name: string): Server {
  return { image: `seldonio/${name}`, defaultImageVersion: '1.17.1' };
}

function mlserver(runtime: string): Server {
  return { image: 'seldonio/mlserver', defaultImageVersion: `${MLSERVER}-${runtime}` };
}
