/** Photos made smaller before they are kept: fewer bytes for a slow line, and only pixels. */

const LONGEST_PX = 1600
const QUALITY = 0.8
export const PHOTO_TYPES = 'image/jpeg,image/png,image/webp'

/** The picture upright, at most 1,600 px long, as JPEG; Error when it is none. */
export async function smaller(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height))
    const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)))
    const canvas = document.createElement('canvas')
    canvas.width = width!
    canvas.height = height!
    const pen = canvas.getContext('2d')
    if (!pen) throw new Error('no canvas')
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, width!, height!)
    pen.drawImage(picture, 0, 0, width!, height!)
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', QUALITY)
    })
  } finally {
    picture.close()
  }
}
