import { RestError, type PipelinePolicy } from '@azure/core-rest-pipeline';

/**
 * Rejects a successful response whose body is not a JSON object, such as the page of a gateway or an incomplete
 * document. The clients would take some of them for an empty resource. It counts as no answer.
 */
export const documentPolicy: PipelinePolicy = {
  name: 'matchaDocument',
  async sendRequest(request, next) {
    const response = await next(request);
    const { status, bodyAsText } = response;
    if (status >= 300 || !bodyAsText || isDocument(bodyAsText)) return response;
    throw new RestError('The response of Azure is not a document.', {
      code: RestError.PARSE_ERROR,
      statusCode: status,
      request,
      response,
    });
  },
};

/** `null` passes: it may be the result of an operation. */
function isDocument(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && !Array.isArray(body);
  } catch {
    return false;
  }
}
