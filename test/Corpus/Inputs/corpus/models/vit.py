"""ViT: a convolution makes patches, then blocks as in GPT-2 without a mask."""
from . import layers


def build(b, blocks=12, batch=1, image=224, patch=16, width=768, heads=12, epsilon=1e-6):
    images = b.argument([batch, 3, image, image], b.dtype)
    images = layers.batch_norm_inference(b, images)
    x = b.patches(images, b.weight(width, 3, patch, patch), b.weight(width))
    others = [layers.group_norm(b, x, 32), layers.instance_norm(b, x)]
    count = (image // patch) ** 2
    x = b.transpose(b.reshape(x, batch, width, count), 0, 2, 1)
    first = b.expand(b.weight(1, 1, width), batch, 1, width)
    x = b.concat([first, x], 1)
    x = b.add(x, b.weight(1, count + 1, width))

    def norm(x):
        return b.layer_norm(x, b.weight(width), b.weight(width), epsilon)

    for _ in range(blocks):
        x = b.add(x, layers.self_attention(b, norm(x), heads))
        y = b.gelu_erf(b.linear(norm(x), 4 * width))
        x = b.add(x, b.linear(y, width))
    x = norm(x)
    first = b.reshape(b.slice(x, 1, 0, 1), batch, width)
    logits = b.add(b.matmul(first, b.weight(width, 1000)), b.weight(1000))
    return [logits, *others, *layers.beside(b, x)]
